using System.Diagnostics;

namespace Aloft.Tests;

/// <summary>Waits for what another thread or process brings about, with a deadline: never a bare sleep.</summary>
internal static class Eventually
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task True(Func<bool> condition, string what, TimeSpan? within = null) => True(() => Task.FromResult(condition()), what, within);

    public static Task True(Func<Task<bool>> condition, string what, TimeSpan? within = null) =>
        Get<object>(async () => await condition() ? what : null, what, within);

    /// <summary>Looks until there is something.</summary>
    public static async Task<T> Get<T>(Func<Task<T?>> look, string what, TimeSpan? within = null)
        where T : class
    {
        var bound = within ?? Patience;
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < bound; await Task.Delay(5))
            if (await look() is { } found)
                return found;
        throw new TimeoutException($"Not within {bound.TotalSeconds:F0} s: {what}");
    }
}
