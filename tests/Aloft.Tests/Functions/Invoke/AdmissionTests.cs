using Aloft.Platform.Functions.Invoke;

namespace Aloft.Tests.Functions.Invoke;

public sealed class AdmissionTests
{
    [Fact]
    public async Task Beyond_the_reserved_concurrency_callers_are_throttled_with_that_reason()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.Start((sandbox, _, _) => gate.Task.ContinueWith(_ => sandbox.Respond("1")).Unwrap());
        var key = await engine.Create("f");
        await engine.Registry.Reserve(key, 2, 1000, CancellationToken.None);

        var running = new[] { engine.Invoke(key), engine.Invoke(key) };
        await Eventually.True(() => engine.Instances.Count() == 2, "both are running");
        var refused = Assert.IsType<InvokeOutcome.Throttled>(await engine.Invoke(key));
        Assert.Equal("ReservedFunctionConcurrentInvocationLimitExceeded", refused.Reason);

        gate.SetResult();
        await Task.WhenAll(running);
        Assert.IsType<InvokeOutcome.Answered>(await engine.Invoke(key));
    }

    [Fact]
    public async Task A_reservation_of_zero_turns_the_function_off()
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
        var key = await engine.Create("f");
        await engine.Registry.Reserve(key, 0, 1000, CancellationToken.None);
        Assert.IsType<InvokeOutcome.Throttled>(await engine.Invoke(key));
    }

    [Fact]
    public async Task The_account_limit_is_shared_by_functions_without_a_reservation_only()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.Start(
            (sandbox, _, _) => gate.Task.ContinueWith(_ => sandbox.Respond("1")).Unwrap(), accountConcurrency: 103);
        var (plain, other, reserved) = (await engine.Create("plain"), await engine.Create("other"), await engine.Create("reserved"));
        await engine.Registry.Reserve(reserved, 3, 1000, CancellationToken.None);

        var running = Enumerable.Range(0, 100).Select(i => engine.Invoke(i % 2 == 0 ? plain : other)).ToList();
        await Eventually.True(() => engine.Instances.Count() == 100, "all are running");
        var refused = Assert.IsType<InvokeOutcome.Throttled>(await engine.Invoke(plain));
        Assert.Equal("ConcurrentInvocationLimitExceeded", refused.Reason);
        running.Add(engine.Invoke(reserved));

        gate.SetResult();
        Assert.All(await Task.WhenAll(running), outcome => Assert.IsType<InvokeOutcome.Answered>(outcome));
    }
}
