"""What an admin sees of the whole business."""
