namespace Aloft.Platform.Functions.Invoke;

/// <summary>
/// An invocation that its runtime has answered and extensions are at work on still. Who takes it from its instance, by an exchange, ends it.
/// </summary>
/// <param name="IsAnswered">Its caller has the answer already.</param>
internal sealed record Overtime(Invocation Invocation, FunctionFailure? Failure, InvocationAnswer Answer, bool IsAnswered)
{
    /// <summary>Of an invocation that fails before its runtime has answered; null of none.</summary>
    public static Overtime? None(Invocation? invocation, FunctionFailure failure) =>
        invocation is null ? null : new(invocation, failure, new(AnswerKind.FunctionError, failure.Payload(invocation.RequestId)), IsAnswered: false);

    public void Complete()
    {
        if (!IsAnswered)
            Invocation.Complete(Answer);
    }
}
