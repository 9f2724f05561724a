"""Facts about garments in, choices with their reasons out. Plain Python and NumPy, no Django.

`rules` decide what is allowed, `score` weighs what is left and says why, `outfits` finds (start at `suggest.suggest`,
what to wear; `goes_with.goes_with`; `looks.match_look`), `brands` ranks (`profiles.rank_brands`), `fit` tells sizes
(`advice.recommend_size`, `before_buying.judge_purchase`), `report` sums up.
Every score is a weighted sum of named parts (`score.parts.Score`), and every sentence a person may read about it is a
`score.parts.Reason`: a code with numbers, worded by the web layer in its language.
"""
