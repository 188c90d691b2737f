"""Prints for ever, without listening."""

while True:
    print("still working")
