using Aloft.Platform.Kernel;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>What a runtime had been sent when it ended. What it had begun has failed; what it had not is another's to run.</summary>
internal sealed record LostInvocations(IReadOnlyList<Invocation> Begun, IReadOnlyList<Invocation> NotBegun)
{
    public void Settle(Instance instance, IInstanceOwner owner, FunctionFailure failure, DateTimeOffset now)
    {
        foreach (var invocation in Begun)
        {
            var answer = new InvocationAnswer(AnswerKind.FunctionError, failure.Payload(invocation.RequestId));
            instance.History?.Append(invocation, new(PlatformRecordKind.Report, now, invocation.RequestId, instance.Function.Version), answer);
            invocation.Complete(answer);
        }
        foreach (var invocation in NotBegun)
            owner.Return(instance, invocation);
    }
}
