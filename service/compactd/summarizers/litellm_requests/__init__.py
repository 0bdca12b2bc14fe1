"""How litellm's provider classes write a request: one module for each dialect, and one for what Azure does otherwise.

The modules of dialects, and `litellm_settings`, import litellm, which takes seconds: `loading` imports them late, in a
thread, and by way of `litellm_import`.
"""
