"""Graphics devices that are none: software that computes on the processor, by the names that browsers give it."""


def is_software_name(text) -> bool:
    __pragma__('js', '{}', 'return /swiftshader|llvmpipe|softpipe|software|basic render/i.test (text);')
