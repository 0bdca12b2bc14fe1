"""An agent's memory blocks, which come with it: found by label, listed in their order."""

from collections.abc import Sequence

from compactd.domain.agents import Block
from compactd.domain.errors import BlockNotFound, InvalidField
from compactd.domain.paging import Page


def find_block(blocks: Sequence[Block], label: str) -> Block:
    """BlockNotFound if there is none with that label."""
    for block in blocks:
        if block.label == label:
            return block
    raise BlockNotFound(block_label=label)


def page_of_blocks(blocks: Sequence[Block], page: Page) -> list[Block]:
    """A page in the blocks' order; InvalidField for a cursor that is no block of the agent's."""
    ordered = list(reversed(blocks)) if page.descending else list(blocks)
    indexes = {block.id: index for index, block in enumerate(ordered)}
    for name in ("after", "before"):
        cursor = getattr(page, name)
        if cursor and cursor not in indexes:
            raise InvalidField(name, "the agent has no block with this id: take one from ListBlocks.")
    first = indexes[page.after] + 1 if page.after else 0
    end = indexes[page.before] if page.before else len(ordered)
    if page.before and not page.after:
        return ordered[max(first, end - page.limit) : end]
    return ordered[first:end][: page.limit]
