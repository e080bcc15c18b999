"""What JS users give tasks on pictures."""

from alula.media.image import Image, ImageSource

class VisionTask:
    async def see(self, source: ImageSource) -> Image: ...
