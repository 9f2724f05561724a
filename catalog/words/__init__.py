"""Words that people search with, in Korean and English, and what they mean in the taxonomy.

Tables a subject each (kinds, colours, attributes, occasions) -> lexicon (every spelling -> its meaning) -> reading
(a query -> meanings and the words that are left) -> conditions (meanings -> a filter on garments and products).
suggest completes what is being typed. Plain Python but for conditions and names.
"""
