"""What the surfaces share: one request in one transaction, access, errors, limits, paging."""
