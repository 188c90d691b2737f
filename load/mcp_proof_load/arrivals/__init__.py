"""When calls begin: at a rate, after a pause, or when a recording has them."""
