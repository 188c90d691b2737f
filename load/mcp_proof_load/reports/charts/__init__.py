"""What a load run was like, drawn: one module per chart."""
