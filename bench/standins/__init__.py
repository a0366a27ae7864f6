"""What the product is compared with: bare handlers, a good tutorial's, and the old server's."""
