"""Counting tokens with the tables of OpenAI's public tokenizers, exact for its models, the nearest for all others."""
