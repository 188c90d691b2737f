"""A cassette as a server: what was answered once is answered again, over any transport."""
