"""Names of what a model tells apart: classes, keypoints."""

from __future__ import annotations

from alula.errors import SettingError


def checked_labels(setting: str, labels: list[str] | None, count: int) -> list[str]:
    """`count` names: numbers where none are given. SettingError where there are more or fewer."""
    if labels is None:
        return [str(i) for i in range(count)]
    if len(labels) != count:
        raise SettingError(setting, f"there are {len(labels)}, and the model's output is made for {count}")
    return labels
