"""Files of other shops to rows of ours.

readers (bytes -> cells) -> mapping (columns -> fields) -> rows (cells -> checked values, or a sentence) ->
writers (values -> database, in bulk) with photos beside them; runner drives it all, a batch at a time.
"""
