"""What a server offers: tools, resources and prompts of its contract, ready to be used."""
