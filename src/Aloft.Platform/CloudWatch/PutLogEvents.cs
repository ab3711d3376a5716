using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Aloft.Platform.CloudWatch.Chunks;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.CloudWatch;

/// <summary>
/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html. Acknowledged events are durable.
/// Sequence tokens are taken and not looked at, as in AWS today.
/// </summary>
sealed class PutLogEvents(LogStore store, ChunkStore chunks, RowIds ids, TimeProvider clock)
{
    readonly record struct InputEvent(long Ms, byte[] Message);

    internal async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var key = new LogStreamKey(request.RequiredGroup(), request.Body.RequiredStream());
        var events = Events(request.Body);
        _ = request.Body.OptionalString("sequenceToken", 1);
        var hasEntity = Entity(request.Body);
        request.Body.Accept();
        CheckBatch(events);

        var now = clock.GetUtcNow();
        var group = await store.FindGroup(key.Group, stop) ?? throw Faults.NoGroup;
        var window = Window.At(now, group);
        var accepted = events.FindAll(window.Admits);
        if (accepted.Count > 0 && accepted[^1].Ms - accepted[0].Ms > (long)Limits.MaxBatchSpan.TotalMilliseconds)
            throw Faults.Invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");

        var outcome = await chunks.PutChunks(key, Encode(accepted), now, stop);
        // With no chunk to store, nobody has looked for the stream yet.
        if (outcome == PutOutcome.Stored && accepted.Count == 0 && await store.FindStream(group.Id, key.Name, stop) is null)
            outcome = PutOutcome.NoStream;
        return outcome switch
        {
            PutOutcome.Stored => ApiResponse.Ok(Answer(window, events, hasEntity)),
            PutOutcome.NoGroup => throw Faults.NoGroup,
            _ => throw Faults.NoStream,
        };
    }

    static List<InputEvent> Events(Members body)
    {
        var inputs = body.OptionalStructures("logEvents", Limits.MaxBatchEvents);
        body.Require("logEvents");
        if (inputs is [])
            body.Fault("logEvents", "[]", "Member must have length greater than or equal to 1");

        var events = new List<InputEvent>(inputs?.Count ?? 0);
        foreach (var input in inputs ?? [])
        {
            events.Add(new(input.RequiredLong("timestamp", 0), Encoding.UTF8.GetBytes(input.RequiredString("message", 1))));
            input.Accept();
        }
        return events;
    }

    /// <summary>Entities are not kept: the answer says so, in the place that AWS has for it.</summary>
    static bool Entity(Members body)
    {
        if (body.OptionalStructure("entity") is not { } entity)
            return false;
        _ = entity.OptionalMap("keyAttributes", 4);
        _ = entity.OptionalMap("attributes", 10);
        entity.Accept();
        return true;
    }

    static void CheckBatch(List<InputEvent> events)
    {
        var size = events.Sum(input => (long)input.Message.Length + Limits.EventOverheadBytes);
        if (size > Limits.MaxBatchBytes)
            throw Faults.Invalid($"Upload too large: {size} bytes exceeds limit of {Limits.MaxBatchBytes}");
        for (var i = 1; i < events.Count; i++)
            if (events[i].Ms < events[i - 1].Ms)
                throw Faults.Invalid("Log events in a single PutLogEvents request must be in chronological order.");
    }

    List<Chunk> Encode(List<InputEvent> events)
    {
        var encoded = new List<Chunk>();
        var writer = new ChunkWriter();
        foreach (var (ms, message) in events)
        {
            var need = ChunkWriter.NeedForText(message.Length);
            if (!writer.Accepts(ms, need))
                encoded.Add(writer.Finish(ids.Next()));
            if (!writer.HasRoom(need))
                writer.Grow(writer.CapacityFor(need));
            writer.AppendText(ms, message);
        }
        if (!writer.IsEmpty)
            encoded.Add(writer.Finish(ids.Next()));
        return encoded;
    }

    static JsonObject Answer(Window window, List<InputEvent> events, bool hasEntity)
    {
        var answer = new JsonObject { ["nextSequenceToken"] = SequenceToken(events[^1].Ms) };
        if (window.Rejected(events) is { Count: > 0 } rejected)
            answer["rejectedLogEventsInfo"] = rejected;
        if (hasEntity)
            answer["rejectedEntityInfo"] = new JsonObject { ["errorType"] = "UnsupportedLogGroupType" };
        return answer;
    }

    /// <summary>56 digits that mean nothing: clients of the old protocol send them back.</summary>
    internal static string SequenceToken(long number) => number.ToString("D56", CultureInfo.InvariantCulture);

    /// <summary>Which times are accepted: the batch is in order, so what is rejected stands at its ends.</summary>
    readonly record struct Window(long OldestMs, long RetainedMs, long NewestMs)
    {
        internal static Window At(DateTimeOffset now, LogGroup group) => new(
            (now - Limits.MaxEventAge).ToUnixTimeMilliseconds(),
            group.ExpiredBeforeMs(now),
            (now + Limits.MaxEventLead).ToUnixTimeMilliseconds());

        internal bool Admits(InputEvent input) => input.Ms >= OldestMs && input.Ms >= RetainedMs && input.Ms <= NewestMs;

        internal JsonObject Rejected(List<InputEvent> events)
        {
            var (oldest, retained, newest) = (OldestMs, RetainedMs, NewestMs);
            var tooOld = events.Count(input => input.Ms < oldest);
            var expired = events.Count(input => input.Ms < retained);
            var tooNew = events.FindIndex(input => input.Ms > newest);
            var info = new JsonObject();
            if (tooNew >= 0) info["tooNewLogEventStartIndex"] = tooNew;
            if (tooOld > 0) info["tooOldLogEventEndIndex"] = tooOld;
            if (expired > tooOld) info["expiredLogEventEndIndex"] = expired;
            return info;
        }
    }
}
