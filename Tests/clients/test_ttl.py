"""Time to live: switched on and off."""

from tables import invalid


def switch(ddb, table, enabled, attribute="until"):
    wanted = {"AttributeName": attribute, "Enabled": enabled}
    assert ddb.update_time_to_live(TableName=table, TimeToLiveSpecification=wanted)["TimeToLiveSpecification"] == wanted


def described(ddb, table):
    return ddb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]


def test_it_is_off_at_first(ddb, table):
    assert described(ddb, table()) == {"TimeToLiveStatus": "DISABLED"}


def test_it_is_switched_on_and_off(ddb, table):
    name = table()
    switch(ddb, name, True)
    assert described(ddb, name) == {"AttributeName": "until", "TimeToLiveStatus": "ENABLED"}
    switch(ddb, name, False)
    assert described(ddb, name) == {"TimeToLiveStatus": "DISABLED"}


def test_it_is_switched_once(ddb, raw, table):
    name = table()
    with invalid("TimeToLive is already disabled"):
        switch(ddb, name, False)
    switch(ddb, name, True)
    with invalid("TimeToLive is already enabled"):
        switch(ddb, name, True)
    with invalid("TimeToLive is active on a different AttributeName: current AttributeName is until"):
        switch(ddb, name, True, "sooner")
    with invalid("TimeToLive is active on a different AttributeName: current AttributeName is until"):
        switch(ddb, name, False, "sooner")
    with invalid("1 validation error detected: Value null at 'timeToLiveSpecification' failed to satisfy constraint: "
                 "Member must not be null"):
        raw.update_time_to_live(TableName=name)
