namespace Aloft.Tests.Lambda.History;

public sealed class GetInvocationTests
{
    [Fact]
    public async Task It_is_told_with_event_and_answer_and_whether_it_is_current()
    {
        await using var bed = await AloftBed.Start((sandbox, _, _) => sandbox.Respond("""{"b":[2]}"""));
        var key = await bed.Engine.Create("f");
        var id = await bed.Invoke(key, """{"a":1}""");

        var told = await bed.Call("GetInvocation", id: id);
        Assert.Equal((1, 2), ((int)told["event"]!["a"]!, (int)told["answer"]!["b"]![0]!));
        Assert.Equal((true, true, true), ((bool)told["eventKept"]!, (bool)told["codeKept"]!, (bool)told["isCurrent"]!));
        Assert.Equal((key.Text, "$LATEST", 7, 9), ((string?)told["functionArn"], (string?)told["version"], (long)told["eventBytes"]!, (long)told["answerBytes"]!));

        await bed.Engine.Registry.Update(key, null, function => function with { MemoryMegabytes = 300 }, CancellationToken.None);
        told = await bed.Call("GetInvocation", id: id);
        Assert.Equal((false, 128), ((bool)told["isCurrent"]!, (int)told["memoryMegabytes"]!));
    }
}
