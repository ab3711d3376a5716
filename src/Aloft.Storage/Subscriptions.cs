using System.Collections.Immutable;
using System.Text;

namespace Aloft.Storage;

/// <summary>Who in this process listens to which channel.</summary>
internal sealed class Subscriptions
{
    private ImmutableDictionary<string, ImmutableList<Subscription>> byChannel =
        ImmutableDictionary<string, ImmutableList<Subscription>>.Empty;

    public IDisposable Add(string channel, Action<string> heard)
    {
        var subscription = new Subscription(this, channel, heard);
        ImmutableInterlocked.AddOrUpdate(ref byChannel, channel, [subscription], (_, others) => others.Add(subscription));
        return subscription;
    }

    public void Publish(string channel, string payload)
    {
        foreach (var subscription in byChannel.GetValueOrDefault(channel, [])) subscription.Heard(payload);
    }

    /// <summary>Tells everyone that notifications may have been missed.</summary>
    public void PublishGap()
    {
        foreach (var channel in byChannel.Keys) Publish(channel, "");
    }

    /// <summary>Refuses on both databases what only one of them could not carry.</summary>
    public static void Validate(string channel, string payload)
    {
        ArgumentException.ThrowIfNullOrEmpty(channel);
        ArgumentNullException.ThrowIfNull(payload);
        if (channel.Contains('\n')) throw new ArgumentException("A channel's name is one line.", nameof(channel));
        if (Encoding.UTF8.GetByteCount(channel) + 1 + Encoding.UTF8.GetByteCount(payload) > Limits.NotificationBytes)
            throw new ArgumentException($"Channel and payload together may have {Limits.NotificationBytes - 1} bytes.", nameof(payload));
    }

    private sealed class Subscription(Subscriptions owner, string channel, Action<string> heard) : IDisposable
    {
        public Action<string> Heard => heard;

        public void Dispose() =>
            ImmutableInterlocked.Update(ref owner.byChannel, channels => channels.SetItem(channel, channels[channel].Remove(this)));
    }
}
