"""What will be called, with which arguments, and what is known of the answers beforehand."""
