using System.Diagnostics;

namespace Aloft.Tests.EndToEnd;

/// <summary>Waiting for what another process will do: looks again until it is so, within a bound.</summary>
internal static class Eventually
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task<T> Get<T>(Func<Task<T?>> look, string what, TimeSpan? within = null)
        where T : class
    {
        var bound = within ?? TimeSpan.FromSeconds(20);
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (await look() is { } found)
                return found;
            if (clock.Elapsed > bound)
                throw new TimeoutException($"Not so within {bound.TotalSeconds} s: {what}");
            await Task.Delay(Pause);
        }
    }

    public static Task Holds(Func<Task<bool>> look, string what, TimeSpan? within = null) =>
        Get<object>(async () => await look() ? what : null, what, within);

    public static Task Holds(Func<bool> look, string what, TimeSpan? within = null) => Holds(() => Task.FromResult(look()), what, within);
}
