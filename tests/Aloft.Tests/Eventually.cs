using System.Diagnostics;

namespace Aloft.Tests;

/// <summary>Waits for a condition that another thread brings about, with a deadline: never a bare sleep.</summary>
internal static class Eventually
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static Task True(Func<bool> condition, string what) => True(() => Task.FromResult(condition()), what);

    public static async Task True(Func<Task<bool>> condition, string what)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Patience; await Task.Delay(5))
            if (await condition())
                return;
        Assert.Fail($"Not within {Patience.TotalSeconds:F0} s: {what}");
    }
}
