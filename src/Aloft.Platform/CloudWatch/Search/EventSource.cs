namespace Aloft.Platform.CloudWatch.Search;

/// <summary>Whose events to search, as a condition on chunks <c>c</c> joined with their streams <c>s</c>.</summary>
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

    internal sealed record StreamsNamed(long GroupId, IReadOnlyList<string> Names) : EventSource
    {
        internal override string Condition(out (string Name, object? Value)[] parameters)
        {
            parameters = [("group", GroupId), .. Names.Select((name, i) => ($"name{i}", (object?)name))];
            return $"c.group_id = @group AND s.name IN ({string.Join(", ", Names.Select((_, i) => $"@name{i}"))})";
        }
    }

    internal sealed record StreamsWithPrefix(long GroupId, string Prefix) : EventSource
    {
        internal override string Condition(out (string Name, object? Value)[] parameters)
        {
            parameters = [("group", GroupId), ("prefix", Prefix), ("beyond", LogStore.Beyond(Prefix))];
            return "c.group_id = @group AND s.name >= @prefix AND s.name < @beyond";
        }
    }
}
