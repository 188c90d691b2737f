"""When calls begin: at a rate of their own (the open model), after a pause, or as recorded."""
