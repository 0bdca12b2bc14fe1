"""How litellm's provider classes write a request: one module for each dialect, and one for what Azure does otherwise.

Every module here but `loading` imports litellm, which takes seconds: `loading` imports them late, and in a thread.
"""
