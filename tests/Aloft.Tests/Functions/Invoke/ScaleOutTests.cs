using Aloft.Platform.Functions.Invoke;

namespace Aloft.Tests.Functions.Invoke;

/// <summary>The rule alone: docs/decisions/0001-scale-out-by-expected-wait.md.</summary>
public sealed class ScaleOutTests
{
    readonly FakeTime time = new();
    readonly ScaleOut rule;

    public ScaleOutTests() => rule = new(time);

    [Fact]
    public void The_first_to_wait_gets_an_instance()
    {
        Assert.Equal(1, rule.ByExpectation(waiting: 1, instances: 0, starting: 0));
        Assert.Equal(0, rule.ByExpectation(waiting: 1, instances: 0, starting: 1));
    }

    [Fact]
    public void Of_a_function_that_has_not_answered_yet_each_gets_one()
    {
        Assert.Equal(1, rule.ByExpectation(waiting: 2, instances: 1, starting: 1));
        Assert.Equal(0, rule.ByExpectation(waiting: 2, instances: 1, starting: 2));
    }

    [Fact]
    public void As_many_wait_for_an_instance_as_it_serves_in_tolerable_time()
    {
        Answers(TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, rule.ByExpectation(waiting: 5, instances: 1, starting: 0));
        Assert.Equal(1, rule.ByExpectation(waiting: 6, instances: 1, starting: 0));
        Assert.Equal(0, rule.ByExpectation(waiting: 6, instances: 1, starting: 1));
    }

    [Fact]
    public void Where_another_might_only_crowd_the_look_decides()
    {
        Assert.Equal(1, rule.ByExpectation(waiting: 1, instances: 2, starting: 0, mayCrowd: true)); // it is not known how long one takes
        Answers(TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, rule.ByExpectation(waiting: 60, instances: 2, starting: 0, mayCrowd: true));
        Assert.Equal(1, rule.ByExpectation(waiting: 1, instances: 0, starting: 0, mayCrowd: true));
    }

    [Fact]
    public void One_slow_answer_changes_little_and_one_fast_answer_counts_at_once()
    {
        Answers(TimeSpan.FromMilliseconds(1));
        rule.Answered(TimeSpan.FromMilliseconds(100));
        Assert.Equal(0, rule.ByExpectation(waiting: 4, instances: 1, starting: 0));
        rule.Answered(TimeSpan.FromMilliseconds(0.1));
        Assert.Equal(0, rule.ByExpectation(waiting: 50, instances: 1, starting: 0));
    }

    [Fact]
    public void Who_waits_for_many_slow_ones_gets_another_though_answers_come()
    {
        Answers(TimeSpan.FromSeconds(1));
        var first = time.GetTimestamp();
        time.Advance(TimeSpan.FromMilliseconds(4));
        Assert.Equal(0, rule.AtLook(waiting: 900, first, instances: 70, starting: 0));
        time.Advance(TimeSpan.FromMilliseconds(2));
        rule.Answered(TimeSpan.FromSeconds(1));
        Assert.Equal(1, rule.AtLook(waiting: 900, first, instances: 70, starting: 0));
        Assert.Equal(0, rule.AtLook(waiting: 900, first, instances: 70, starting: 64));
    }

    [Fact]
    public void Who_waits_for_short_ones_gets_another_only_when_no_answer_comes()
    {
        Answers(TimeSpan.FromMilliseconds(0.1));
        var first = time.GetTimestamp();
        time.Advance(TimeSpan.FromMilliseconds(9));
        Assert.False(rule.IsSilent(waiting: 15, first, starting: 0));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, rule.AtLook(waiting: 15, first, instances: 1, starting: 0));
        Assert.True(rule.IsSilent(waiting: 15, first, starting: 0));
        Assert.True(rule.MayBeStarved);
        time.Advance(TimeSpan.FromMilliseconds(90));
        Assert.False(rule.MayBeStarved);
        rule.Started();
        Assert.False(rule.IsSilent(waiting: 15, first, starting: 0));
    }

    [Fact]
    public void A_first_answer_that_was_slow_starts_nothing_by_itself()
    {
        rule.Answered(TimeSpan.FromMilliseconds(40));
        Assert.Equal(0, rule.ByExpectation(waiting: 15, instances: 1, starting: 0));
        for (var i = 0; i < 99; i++)
            rule.Answered(TimeSpan.FromMilliseconds(40));
        Assert.Equal(1, rule.ByExpectation(waiting: 15, instances: 1, starting: 0));
    }

    [Theory]
    [InlineData(true, 900, 8, 1)]
    [InlineData(false, 900, 0, 1)]
    [InlineData(false, 900, 8, 8)]
    [InlineData(false, 10, 8, 2)]
    [InlineData(false, 900, 60, 4)]
    public void Starts_double_only_where_nobody_wants_a_processor(bool mayBeLoad, int waiting, int starting, int expected) =>
        Assert.Equal(expected, ScaleOut.ForSilence(mayBeLoad, waiting, starting));

    void Answers(TimeSpan duration)
    {
        for (var i = 0; i < 100; i++)
            rule.Answered(duration);
    }
}
