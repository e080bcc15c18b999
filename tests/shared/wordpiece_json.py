"""A small tokenizer.json, as the object that stands in it."""

VOCABULARY = [
    *['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'un', '##aff', '##able', 'hello', 'world', ',', '!', 'cafe'],
    *['中', '文', 'e', '##e', '1', '##0', '😀', '##😀', 'a'],
]
CLS = 2
SEP = 3


def special(token, type_id):
    return {'SpecialToken': {'id': token, 'type_id': type_id}}


def sequence(name, type_id):
    return {'Sequence': {'id': name, 'type_id': type_id}}


def added(content, lstrip):
    return {
        'id': VOCABULARY.index(content),
        'content': content,
        'single_word': False,
        'lstrip': lstrip,
        'rstrip': False,
        'normalized': False,
        'special': True,
    }


def config(changes):
    """A tokenizer.json of the small vocabulary with some members changed."""
    whole = {
        'version': '1.0',
        'truncation': None,
        'padding': None,
        'added_tokens': [added('[CLS]', False), added('[SEP]', False), added('[MASK]', True)],
        'normalizer': {
            'type': 'BertNormalizer',
            'clean_text': True,
            'handle_chinese_chars': True,
            'strip_accents': None,
            'lowercase': True,
        },
        'pre_tokenizer': {'type': 'BertPreTokenizer'},
        'post_processor': {
            'type': 'TemplateProcessing',
            'single': [special('[CLS]', 0), sequence('A', 0), special('[SEP]', 0)],
            'pair': [special('[CLS]', 0), sequence('A', 0), special('[SEP]', 0), sequence('B', 1), special('[SEP]', 1)],
            'special_tokens': {
                '[CLS]': {'id': '[CLS]', 'ids': [CLS], 'tokens': ['[CLS]']},
                '[SEP]': {'id': '[SEP]', 'ids': [SEP], 'tokens': ['[SEP]']},
            },
        },
        'model': {
            'type': 'WordPiece',
            'unk_token': '[UNK]',
            'continuing_subword_prefix': '##',
            'max_input_chars_per_word': 10,
            'vocab': {token: id for id, token in enumerate(VOCABULARY)},
        },
    }
    whole.update(changes)
    return whole
