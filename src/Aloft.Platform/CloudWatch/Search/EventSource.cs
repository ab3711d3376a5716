namespace Aloft.Platform.CloudWatch.Search;

/// <summary>
/// Whose events to search, as a condition on chunks <c>c</c>. Where several streams are asked for, the plus sign keeps SQLite from
/// using their index: the group's has the order that is wanted, the other would read and sort all that there is.
/// </summary>
abstract record EventSource
{
    EventSource() { }

    internal abstract string Condition(out (string Name, object? Value)[] parameters);

    /// <summary>One stream: its own index serves.</summary>
    internal sealed record Stream(long StreamId) : EventSource
    {
        internal override string Condition(out (string Name, object? Value)[] parameters)
        {
            parameters = [("stream", StreamId)];
            return "c.stream_id = @stream";
        }
    }

    internal sealed record Group(long GroupId) : EventSource
    {
        internal override string Condition(out (string Name, object? Value)[] parameters)
        {
            parameters = [("group", GroupId)];
            return "c.group_id = @group";
        }
    }

    internal sealed record Streams(long GroupId, IReadOnlyList<long> StreamIds) : EventSource
    {
        internal override string Condition(out (string Name, object? Value)[] parameters)
        {
            parameters = [("group", GroupId), .. StreamIds.Select((id, i) => ($"stream{i}", (object?)id))];
            return $"c.group_id = @group AND +c.stream_id IN ({string.Join(", ", StreamIds.Select((_, i) => $"@stream{i}"))})";
        }
    }

    internal sealed record StreamsWithPrefix(long GroupId, string Prefix) : EventSource
    {
        internal override string Condition(out (string Name, object? Value)[] parameters)
        {
            parameters = [("group", GroupId), ("prefix", Prefix), ("beyond", LogStore.Beyond(Prefix))];
            return """
                c.group_id = @group AND +c.stream_id IN
                    (SELECT id FROM log_streams WHERE group_id = @group AND name >= @prefix AND name < @beyond)
                """;
        }
    }
}
