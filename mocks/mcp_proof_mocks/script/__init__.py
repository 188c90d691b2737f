"""The script language of the contract file: which case, which steps, which answer."""
