namespace Aloft.Platform.Kernel.Deliveries;

/// <summary>"Deliver this payload to that ARN, at least once": written in the transaction of what caused it.</summary>
/// <param name="Id">UUID version 7: in order of creation.</param>
/// <param name="Target">The ARN, qualifier included.</param>
/// <param name="RequestId">The id under which each attempt runs: that of the acknowledged request.</param>
/// <param name="Attributes">What goes with the payload, such as a client context or a trace id.</param>
/// <param name="Attempts">Attempts that reached the target and failed.</param>
public sealed record Delivery(
    Guid Id, string Account, string Region, string Target, Guid RequestId, ReadOnlyMemory<byte> Payload,
    IReadOnlyDictionary<string, string> Attributes, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset DueAt);

/// <summary>A delivery that has ended, and what is to be delivered because of how it ended; null for nothing.</summary>
internal sealed record EndedDelivery(Delivery Delivery, Delivery? Next);
