using System.Collections.Concurrent;
using System.Security.Cryptography;
using Aloft.Sandbox;
using Aloft.Sandbox.Groups;

namespace Aloft.Tests.Sandbox;

[Collection("sandboxes")]
[OnIsolation(Isolation.Container)]
public sealed class CgroupTreeTests
{
    private readonly ConcurrentDictionary<string, bool> living = new();

    [SandboxFact]
    public async Task A_node_that_starts_while_others_tidy_is_not_taken_for_a_dead_one()
    {
        var tidier = await CgroupTree.Open(NewKey(), TimeProvider.System);
        var taken = new ConcurrentQueue<string>();
        using var done = new CancellationTokenSource();
        var tidying = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await Task.Yield();
                await tidier.RemoveLeftovers(TimeProvider.System, key =>
                {
                    if (living.ContainsKey(key)) taken.Enqueue(key);
                });
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(StartAndStop)));
        await done.CancelAsync();
        await tidying;
        tidier.RemoveNode();
        Assert.Empty(taken);
    }

    private async Task StartAndStop()
    {
        for (var round = 0; round < 1000; round++)
        {
            await Task.Yield();
            var key = NewKey();
            var tree = await CgroupTree.Open(key, TimeProvider.System);
            living[key] = true;
            using (var group = tree.Create("sandbox", new(1 << 27, 1, 100, 10, 1 << 20))) Assert.True(group.TryRemove());
            living.Remove(key, out _);
            tree.RemoveNode();
        }
    }

    private static string NewKey() => $"container-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
}
