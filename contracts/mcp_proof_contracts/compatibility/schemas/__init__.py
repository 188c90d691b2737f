"""Which values two JSON Schemas admit: proved where it can be, shown by an example where not."""
