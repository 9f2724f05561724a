"""What is allowed: the weather, the occasion, how layers stack. Decided before anything is scored."""
