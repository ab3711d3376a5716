using System.Text;

namespace Aloft.Tests.Lambda.History;

public sealed class GetInvocationEventTests
{
    [Fact]
    public async Task Its_event_comes_byte_for_byte()
    {
        await using var bed = await AloftBed.Start((sandbox, _, _) => sandbox.Respond("1"));
        var id = await bed.Invoke(await bed.Engine.Create("f"), """{ "a" : 1.00, "ä": "\u00e4" }""");
        var answer = await bed.Respond("GetInvocationEvent", id: $"{id}");
        Assert.Equal("""{ "a" : 1.00, "ä": "\u00e4" }""", Encoding.UTF8.GetString(answer.Payload.Span));
    }

    [Fact]
    public async Task One_that_was_not_kept_is_said_to_be_missing()
    {
        await using var bed = await AloftBed.Start((sandbox, _, _) => sandbox.Respond("1"));
        var key = await bed.Engine.Create("f");
        var payload = $"\"{new string('x', 6_000_000)}\"";
        var ids = new List<Guid>();
        for (var i = 0; i < 7; i++) // more than a burst may add
            ids.Add(await bed.Invoke(key, payload));
        Assert.Equal(6_000_002, (await bed.Respond("GetInvocationEvent", id: $"{ids[0]}")).Payload.Length);
        foreach (var operation in (string[])["GetInvocationEvent", "ReplayInvocation"])
            Assert.Contains("only its figures", await bed.Fails("EventNotKeptException", 409, operation, id: $"{ids[^1]}"), StringComparison.Ordinal);
        Assert.False((bool)(await bed.Call("GetInvocation", id: ids[^1]))["eventKept"]!);
    }
}
