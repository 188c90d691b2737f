"""What can happen to a reply on its way out, one fault per file."""
