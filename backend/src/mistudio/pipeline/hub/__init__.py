"""The Hugging Face Hub: repositories resolved to a commit, their data files fetched, sampled and turned into Arrow.

Endpoint, token and paths come as arguments; neither the user's cache nor the user's saved token is ever used.
"""
