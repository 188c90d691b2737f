"""Gateway: calls, registrations and tokens that a gateway must refuse."""
