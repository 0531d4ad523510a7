"""Streams hours later: hosts whose clock a preloaded library puts forward."""

import pytest
from botocore.exceptions import ClientError

from brasa_host import BrasaHost, wait_until
from tables import create_table, fill, plain, refused

# The wall clock alone: timers go by the other one.
CLOCK = r"""
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long ahead(void) {
    const char *seconds = getenv("CLOCK_AHEAD_SECONDS");
    return seconds ? atol(seconds) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int status = (int)syscall(SYS_clock_gettime, clock, now);
    if (status == 0 && clock == CLOCK_REALTIME) now->tv_sec += ahead();
    return status;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    (void)zone;
    struct timespec time;
    int status = clock_gettime(CLOCK_REALTIME, &time);
    if (status == 0) *now = (struct timeval){time.tv_sec, time.tv_nsec / 1000};
    return status;
}

time_t time(time_t *result) {
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}
"""
MINUTES, HOURS = 60, 3_600


@pytest.fixture
def clocked(build, compiled):
    """A host whose clock can be put forward: it is killed for that and started again."""
    host = BrasaHost(build)
    library = compiled(CLOCK)

    def put_forward(seconds):
        host.kill()
        host.command = ("env", f"LD_PRELOAD={library}", f"CLOCK_AHEAD_SECONDS={seconds}")
        host.start()
        return host.client("dynamodbstreams")

    host.put_forward = put_forward
    yield host.start()
    host.stop()


def iterator(streams, arn, kind="TRIM_HORIZON", **parameters):
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    return streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType=kind, **parameters)["ShardIterator"]


def records(streams, position):
    return streams.get_records(ShardIterator=position)["Records"]


def test_iterators_expire_after_15_minutes_and_records_after_24_hours(clocked):
    ddb, streams = clocked.client("dynamodb"), clocked.client("dynamodbstreams")
    specification = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    name = create_table(ddb, "kept", "id:S", StreamSpecification=specification)
    arn = ddb.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    gone = create_table(ddb, "gone", "id:S", StreamSpecification=specification)
    gone_arn = ddb.describe_table(TableName=gone)["Table"]["LatestStreamArn"]
    for table in (name, gone):
        fill(ddb, table, [{"id": "a"}, {"id": "b"}])
    ddb.delete_table(TableName=gone)
    early = iterator(streams, arn)
    first, second = [record["dynamodb"]["SequenceNumber"] for record in records(streams, early)]

    streams = clocked.put_forward(14 * MINUTES)
    assert len(records(streams, early)) == 2
    streams = clocked.put_forward(15 * MINUTES)
    with refused("ExpiredIteratorException", "Shard iterator has expired"):
        records(streams, early)

    # In time, but its place is gone before it is used.
    streams = clocked.put_forward(24 * HOURS - 5 * MINUTES)
    late = iterator(streams, arn, "AFTER_SEQUENCE_NUMBER", SequenceNumber=first)
    assert len(records(streams, late)) == 1
    assert len(records(streams, iterator(streams, gone_arn))) == 2
    streams = clocked.put_forward(24 * HOURS + 5 * MINUTES)
    trimmed = refused("TrimmedDataAccessException", "The data you are trying to access has been trimmed")

    def is_trimmed():
        try:
            return not records(streams, late)
        except ClientError as error:
            return error.response["Error"]["Code"] == "TrimmedDataAccessException"

    # The host looks for what is old every few seconds.
    wait_until(is_trimmed)
    with trimmed:
        records(streams, late)
    for sequence in (first, second):
        with refused("TrimmedDataAccessException", "The data you are trying to access has been trimmed"):
            iterator(streams, arn, "AT_SEQUENCE_NUMBER", SequenceNumber=sequence)
    assert records(streams, iterator(streams, arn)) == []
    fill(clocked.client("dynamodb"), name, [{"id": "c"}])
    assert [plain(each["dynamodb"]["NewImage"]) for each in records(streams, iterator(streams, arn))] == [{"id": "c"}]

    with refused("ResourceNotFoundException", f"Requested resource not found: Stream: {gone_arn} not found"):
        streams.describe_stream(StreamArn=gone_arn)
    assert [each["StreamArn"] for each in streams.list_streams()["Streams"]] == [arn]
