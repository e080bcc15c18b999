"""Sets of characters that BERT's normalizer and pre-tokenizer ask for. By `python -m tools.bert_characters`.

Each says by turns how many code points lie outside and inside, from U+0000 on: numbers of base 26 whose last digit is
a small letter and those before it capitals ('c' is 2, 'Bc' 28). They are those of the `tokenizers` package, which stays
with Unicode 8: a mark or a punctuation mark that came later is part of a word there, and so it is here, whatever
Unicode the host knows."""

CONTROL = 'ajccbsDrBhnbCAkgwbHkbBxbGLibDAqfBafBxfbkCRNkMMyCHbbJpdbbGIxbCNCkeHWxiBTKZmbBeDsDSTsDSYocDSYo'
NONSPACING_MARKS = (
    'BDoEiKpfKfBtbbbcbcbbCulBwvqbDxhcgccbeBjbBeBbDnlCgjBiebjbdbfBrdFfBgCdbbbeiebdhkcBdbCgbeeibucBdcCfbececcddbBecdblcCf'
    'befbcebucBdbCgbcbbeibiblcBebCjbmbBybCjdfdbehclcBdbCgbcbgbfcucBdbCleibucDybhdbbDmbchmiDubcgbclgCwcBbbbbbbCdobfbcflb'
    'BkjbDyebgbccczcedqenbccgbpbBBbdBKkdBddBdcBecCmcbhibcljbBtdFzbEodecjbgdIlccbCgbbhbbbbcigkcbBwoCoeBwbbfbbfbBojmcBgec'
    'cbdCebbcdbbdCgiccFwdbnbhebgbdcHqCcgeBBsnebdmEOcdFlbDsBgVieEdcBSQebekBgcDccKmbdbebzcGbbBbsCaizlBudBwbcecbBobCpgcccc'
    'mbibBvbBzbbdccfcbbBqcibJebcbebBDZsbBCjqqqBLlbIsbFtfCMgdbcfeBodebGjcBYgbCcpCedBxeccCrdBkfbiCkbmcCajldDudcbbcGlbdivc'
    'CgbdbBlhdfMggbbecbcJeegcbcBbcDhicbbcEcbbbcgbbDxdcebfBFSufChhBQueBDEocHWqdrichBeeFsdCYdCdeByibobwfbpFJchBTCNhJg'
)
WHITESPACE = 'jfsbDwbBabIHjbDPnlBdcfbBvbFXwb'
PUNCTUATION = (
    'BhpkhBagBaeBibfbdbkcdbdbBBabibRygBpcBzbbbcbcbBscucbcnbccCweDybBroIzdCcpBfbKbckbOtbBDrbDmbkcGmpbbBleCtbCwfecEhgGpbX'
    'ojFvbXwcBscDadCtcGbdbdBllMbcIicEyhbgGqhFzeChfCkcCmilbBFwyiubnbmBecocYjeBdcBPtoDbcBfkPnwCleBgcBDjebcEibFnBvbtRedekc'
    'mqbmbDubDmbBRYgcKjdDvbkbElgOqeDicBodbbBxcBvbDtnqcEueEwcqcJpbBEUscIakwBjbobbebbcFtdbgbekcdcBadbbBbbbbbhPudZsbBwbPyb'
    'BCpbHrbBfbKmjBmbEihCohDleBTyhEfcbeEweBwcDbfdbnbbdDkgEdbUubJqxEbdJodEZxfBAMzcFdbCnfibBEVabLIlf'
)
CHINESE = 'TSaJToCmBFBkBHSiTsDUVwCLFcBgGMqJwIEiPQuUy'
