"""Every key of the old shapes (contract.md 4)."""

ORDER = {
    "id",
    "order_number",
    "customer_id",
    "service_id",
    "service_name",
    "name",
    "email",
    "phone",
    "pickup_date",
    "instructions",
    "total_cost",
    "status",
    "qr_code_path",
    "created_at",
    "updated_at",
    "customerName",
    "customerEmail",
    "customerPhone",
    "serviceId",
    "service",
    "pickupDate",
    "specialInstructions",
    "total",
    "createdAt",
}

SERVICE = {
    "id",
    "name",
    "price",
    "duration_minutes",
    "status",
    "duration",
    "usage_count",
    "category",
}
