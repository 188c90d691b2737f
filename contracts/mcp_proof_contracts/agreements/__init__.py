"""What users agreed on in files of their own, as rules that read a transcript like all others."""
