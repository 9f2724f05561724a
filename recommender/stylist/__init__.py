"""Facts about garments in, choices with their reasons out. Plain Python and NumPy, no Django.

Start at `outfits.suggest` (what to wear), `goes_with.goes_with` (what suits this piece),
`looks.match_look`, `brands.rank_brands`, `fit.advice.recommend_size` and `fit.before_buying.judge_purchase`.
Every answer is a weighted sum of named parts (`score.Score`), and every sentence a person may
read about it is a `score.Reason`: a code with numbers, worded by the web layer in its language.
"""
