"""What strangers send. Tables of cases, each with the answer it must get."""
