using System.Collections.Concurrent;
using System.Net.Http;
using System.Text;
using Aloft.Platform.Functions.Extensions.Telemetry;

namespace Aloft.Tests.Functions.Extensions;

public sealed class SubscriptionTests
{
    static readonly SubscriptionRequest Request = new(
        IsLogsApi: false, "2022-12-13", RecordTypes.Platform, new(MaxItems: 10, MaxBytes: 1000, TimeSpan.FromMilliseconds(100)),
        new(IsHttp: true, 8080, "/", "POST"));

    readonly FakeTime time = new();
    readonly Scripted delivery = new();

    Subscription Subscribe() => new(Request, delivery, time);

    static byte[] Record(int number, int bytes = 10) => Encoding.ASCII.GetBytes($"{number}".PadRight(bytes, '.'));

    [Fact]
    public async Task A_batch_is_delivered_when_its_time_has_come()
    {
        await using var subscription = Subscribe();
        subscription.Add(Record(1));
        subscription.Add(Record(2));
        await Settle();
        Assert.Empty(delivery.Taken);
        await Until(() => !delivery.Taken.IsEmpty, TimeSpan.FromMilliseconds(100));
        Assert.Equal(["1", "2"], delivery.Taken.Single());
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(4, 250)]
    public async Task A_full_batch_is_delivered_at_once(int records, int bytes)
    {
        await using var subscription = Subscribe();
        for (var i = 0; i < records; i++)
            subscription.Add(Record(i, bytes));
        await Eventually.True(() => !delivery.Taken.IsEmpty, "the batch was delivered");
        Assert.Equal(records, delivery.Taken.Single().Length);
    }

    [Fact]
    public async Task No_batch_has_more_items_than_were_asked_for()
    {
        await using var subscription = Subscribe();
        for (var i = 0; i < 25; i++)
            subscription.Add(Record(i));
        await Until(() => delivery.Taken.Sum(static batch => batch.Length) == 25, TimeSpan.FromMilliseconds(100));
        Assert.All(delivery.Taken, static batch => Assert.True(batch.Length <= 10));
        Assert.Equal(Enumerable.Range(0, 25).Select(static i => $"{i}"), delivery.Taken.SelectMany(static batch => batch));
    }

    [Fact]
    public async Task No_batch_has_more_bytes_than_were_asked_for_unless_one_record_has()
    {
        await using var subscription = Subscribe();
        int[] sizes = [600, 300, 200, 1500];
        for (var i = 0; i < 3; i++)
            subscription.Add(Record(i, sizes[i]));
        await Until(() => delivery.Taken.Count == 2, TimeSpan.FromMilliseconds(100));
        subscription.Add(Record(3, sizes[3]));
        await Until(() => delivery.Taken.Count == 3, TimeSpan.FromMilliseconds(100));
        Assert.Equal([["0", "1"], ["2"], ["3"]], delivery.Taken);
    }

    [Fact]
    public async Task What_a_subscriber_refuses_is_offered_again_and_then_dropped_and_told()
    {
        delivery.Answer = static _ => Task.FromException(new HttpRequestException("refused"));
        await using var subscription = Subscribe();
        subscription.Add(Record(1, 50));
        await Until(() => delivery.Offered == 4, TimeSpan.FromMilliseconds(800));
        delivery.Answer = static _ => Task.CompletedTask;
        subscription.Add(Record(2));
        await Until(() => !delivery.Taken.IsEmpty, TimeSpan.FromMilliseconds(800));
        var batch = delivery.Taken.Single();
        Assert.Contains("\"platform.logsDropped\"", batch[0], StringComparison.Ordinal);
        Assert.Contains("\"droppedRecords\":1,\"droppedBytes\":50", batch[0], StringComparison.Ordinal);
        Assert.Equal("2", batch[1]);
    }

    [Fact]
    public async Task A_subscriber_that_never_answers_costs_bounded_memory_and_holds_nobody()
    {
        delivery.Answer = stop => Task.Delay(Timeout.InfiniteTimeSpan, stop);
        await using var subscription = Subscribe();
        for (var i = 0; i < 10; i++)
            subscription.Add(Record(i));
        await Eventually.True(() => subscription.IsDelivering, "the first batch is on its way");
        for (var i = 0; i < 1000; i++)
            subscription.Add(Record(i, 100)); // twice 1,000 bytes are held, the rest is dropped
        delivery.Answer = static _ => Task.CompletedTask;
        await Until(() => delivery.Taken.Sum(static batch => batch.Length) >= 31, TimeSpan.FromSeconds(6));
        var taken = delivery.Taken.SelectMany(static batch => batch).ToList();
        Assert.Contains(taken, static record => record.Contains("\"droppedRecords\":980,\"droppedBytes\":98000", StringComparison.Ordinal));
        Assert.Equal(10 + 20 + 1, taken.Count);
    }

    [Fact]
    public async Task Nothing_is_offered_to_a_frozen_sandbox()
    {
        await using var subscription = Subscribe();
        subscription.Pause();
        for (var i = 0; i < 10; i++)
            subscription.Add(Record(i));
        await Settle();
        time.Advance(TimeSpan.FromMinutes(1));
        await Settle();
        Assert.Equal(0, delivery.Offered);
        subscription.Resume();
        await Eventually.True(() => !delivery.Taken.IsEmpty, "the batch was delivered");
    }

    [Fact]
    public async Task A_flush_waits_for_what_is_there_and_not_for_ever()
    {
        await using var subscription = Subscribe();
        subscription.Add(Record(1));
        await subscription.Flush(TimeSpan.FromSeconds(1)).WaitAsync(TimeSpan.FromSeconds(30)); // the clock stands still
        Assert.Equal(["1"], delivery.Taken.Single());

        delivery.Answer = stop => Task.Delay(Timeout.InfiniteTimeSpan, stop);
        subscription.Add(Record(2));
        var flush = subscription.Flush(TimeSpan.FromSeconds(1));
        await Settle();
        Assert.False(flush.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await flush.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>The loop runs on the pool: gives it the time to do what it can without the clock.</summary>
    static async Task Settle()
    {
        for (var i = 0; i < 20; i++)
            await Task.Yield();
        await Task.Run(static () => { });
    }

    async Task Until(Func<bool> condition, TimeSpan step) => await Eventually.True(
        () =>
        {
            if (!condition())
                time.Advance(step);
            return condition();
        },
        "it was delivered");

    sealed class Scripted : IDelivery
    {
        int offered;

        public Func<CancellationToken, Task> Answer { get; set; } = static _ => Task.CompletedTask;

        public ConcurrentQueue<string[]> Taken { get; } = new();

        public int Offered => Volatile.Read(ref offered);

        public async Task Send(IReadOnlyList<byte[]> batch, CancellationToken stop)
        {
            Interlocked.Increment(ref offered);
            await Answer(stop);
            Taken.Enqueue([.. batch.Select(static record => Encoding.UTF8.GetString(record).TrimEnd('.'))]);
        }

        public void Dispose()
        {
        }
    }
}
