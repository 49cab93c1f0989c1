"""Appends the ninjs document on standard input as it is: no publisher sees it or sanitises it."""

import json
import sys
from pathlib import Path

import livefeed
from livefeed.redis_log.data_folder import url_of
from livefeed.redis_log.new_id import new_id
from livefeed.story import parse_story

data, feed = sys.argv[1:]
request = livefeed.Request(
    feed=feed, op=livefeed.Op.PUBLISH, id=new_id(), story=parse_story(json.load(sys.stdin))
)
receipt = livefeed.append(url_of(Path(data)), request)
sys.stdout.write(json.dumps({"number": receipt.number, "position": str(receipt.position)}))
